"""The world of the matrix, built once for the tests of a module and taken away with them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.access.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> "Iterator[World]":
    """The cells and their readers; a test that asks for it needs no other access to the database."""
    from django.utils import translation

    from tests.access.world import built

    with django_db_blocker.unblock(), translation.override("zh-hans"), built() as made:
        yield made
