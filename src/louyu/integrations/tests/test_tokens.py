"""Tokens: issued, shown once, presented, expired, revoked."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from louyu.accounts.models import AuditChange, AuditEntry
from louyu.core.errors import NotPermitted, Refusal
from louyu.integrations.commands import issue_token, revoke_token, token_presented
from louyu.integrations.models import Token
from louyu.integrations.queries import tokens
from louyu.integrations.rules import SCOPES
from tests.factories import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def security():
    return user_with("security")


def test_the_text_opens_the_api_and_only_its_keyed_hash_is_kept(security):
    user = user_with("office")
    token, text = issue_token(user, by=security)
    assert token_presented(text) == token
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM integrations_token")
        assert text not in str(cursor.fetchall())
    change = AuditChange.rows_without_a_reader.get(model="integrations.Token")
    assert text not in change.after
    assert "digest" not in change.after


def test_a_token_has_all_scopes_unless_it_is_limited(security):
    assert issue_token(user_with("office"), by=security)[0].scopes == list(SCOPES)
    limited, _text = issue_token(user_with("office"), scopes=["cases:write"], by=security)
    assert limited.scopes == ["cases:write"]


def test_tokens_without_a_name_are_numbered(security):
    user = user_with("office")
    assert [issue_token(user, by=security)[0].name for _n in range(2)] == ["令牌 1", "令牌 2"]


def test_it_opens_nothing_from_the_day_it_expires(security):
    _token, text = issue_token(user_with("office"), days=30, by=security)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=29)):
        assert token_presented(text)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=30)):
        assert token_presented(text) is None


def test_a_revoked_token_opens_nothing_and_is_not_revoked_twice(security):
    token, text = issue_token(user_with("office"), by=security)
    revoke_token(token, by=security)
    assert token_presented(text) is None
    with pytest.raises(Refusal, match="已经吊销"):
        revoke_token(token, by=security)


def test_a_user_who_may_not_sign_in_comes_in_by_no_token(security):
    user = user_with("office")
    _token, text = issue_token(user, by=security)
    user.is_active = False
    user.save()
    assert token_presented(text) is None
    with pytest.raises(Refusal, match="不能登录"):
        issue_token(user, by=security)


@pytest.mark.parametrize("text", ["", "louyu_", "louyu_wrong", "x" * 10_000, "令牌"])
def test_other_texts_open_nothing(text):
    assert token_presented(text) is None


def test_the_day_of_the_last_use_is_noted_once_a_day(security, django_assert_num_queries):
    token, text = issue_token(user_with("office"), by=security)
    token_presented(text)
    token.refresh_from_db()
    assert token.last_used_on == timezone.localdate()
    with django_assert_num_queries(1):  # the token with its user
        token_presented(text)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scopes": ["cases:delete"]}, "scope"),
        ({"days": 0}, "days"),
        ({"days": 4000}, "days"),
        ({"name": "门户"}, "name"),
    ],
)
def test_what_is_refused_names_field_value_and_mend(security, values, field):
    user = user_with("office")
    issue_token(user, name="门户", by=security)
    with pytest.raises(Refusal) as refusal:
        issue_token(user, by=security, **values)
    assert refusal.value.field == field
    assert refusal.value.value in values.values() or refusal.value.value in values.get("scopes", ())
    assert refusal.value.mend


@pytest.mark.parametrize("role", ["office", "system", "audit", "subdistrict"])
def test_only_who_keeps_users_issues_and_sees_tokens(role, security):
    user = user_with("office")
    issue_token(user, by=security)
    with pytest.raises(NotPermitted):
        issue_token(user, by=user_with(role))
    assert list(tokens(user, user_with(role))) == []
    assert len(tokens(user, security)) == 1


def test_issuing_and_revoking_are_in_the_trail(security):
    token, _text = issue_token(user_with("office"), by=security)
    revoke_token(token, by=security)
    entries = AuditEntry.rows_without_a_reader.filter(action="integrations.keep_tokens")
    assert [entry.by for entry in entries] == [security, security]
    assert Token.rows_without_a_reader.count() == 1
