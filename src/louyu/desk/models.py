"""What lies on a person's desk: what they are told, what they follow, notes on things, filters kept under a name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.accounts.models import ROLE_NAMES, SCOPE_NAMES
from louyu.accounts.rules import ScopeKind
from louyu.core.models import Record


class About(Record):
    """Base of what is about a record of another room: the model's label and the key (see ``desk.things``)."""

    about_model = models.CharField(max_length=60)
    about = models.UUIDField()

    class Meta(Record.Meta):
        abstract = True


class Notification(About):
    """That somebody is told something. Read by one person alone; not in the trail, which says the thing itself."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("user_id",)}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=200)
    """As a message of gettext: each reader reads it in their own language."""
    said = models.JSONField(default=dict, blank=True)
    """What stands in its places."""
    urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    shown_from = models.DateTimeField()
    """Nobody is disturbed outside working hours: then it is shown when offices open."""
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta(About.Meta):
        verbose_name = _("消息")
        constraints = [
            models.UniqueConstraint(
                fields=("user", "kind", "about_model", "about"),
                condition=Q(read_at__isnull=True),
                name="told_once_while_unread",
            ),
        ]
        indexes = [models.Index(fields=("user", "shown_from", "id"), name="notification_of_user")]


class Follow(About):
    """That somebody wants to know what happens to a thing; what was the last that did."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("user_id",)}
    not_in_the_trail = ("changed_at", "changed_text", "changed_said")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    since = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_text = models.CharField(max_length=200, blank=True)
    changed_said = models.JSONField(default=dict, blank=True)

    class Meta(About.Meta):
        verbose_name = _("关注")
        constraints = [
            models.UniqueConstraint(fields=("user", "about_model", "about"), name="followed_once"),
        ]
        indexes = [models.Index(fields=("about",), name="follow_by_thing")]


class Note(About):
    """What somebody of the staff wrote down about a thing; corrected or withdrawn by them, the trail keeps both."""

    text = models.TextField(_("备注"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    corrected_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(About.Meta):
        verbose_name = _("备注")
        indexes = [models.Index(fields=("about", "at"), name="note_by_thing")]


class NamedView(Record):
    """Filters and order of a list, kept under a name; each reader finds their own rows with it."""

    class Shared(models.TextChoices):
        NOBODY = "", _("只给自己")
        ROLE = "role", _("同角色的人")
        SCOPE = "scope", _("同范围的人")
        EVERYBODY = "everybody", _("所有人")

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("user_id",)}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    list = models.CharField(max_length=40)
    """The name of its declaration."""
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=600, blank=True)
    """Normalised: see ``rules.normal_query``."""
    name = models.CharField(_("名称"), max_length=40)
    shared = models.CharField(_("给谁看"), max_length=10, choices=Shared, blank=True, default=Shared.NOBODY)
    role = models.CharField(max_length=24, choices=[(r.value, n) for r, n in ROLE_NAMES.items()], blank=True)
    scope_kind = models.CharField(
        max_length=12, choices=[(s.value, n) for s, n in SCOPE_NAMES.items()], blank=True
    )
    scope_id = models.UUIDField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        verbose_name = _("视图")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=("user", "list", "name"), name="view_named_once"),
            models.CheckConstraint(
                condition=~Q(shared="role") | ~Q(role=""), name="view_shared_with_a_role_names_it"
            ),
            models.CheckConstraint(
                condition=~Q(shared="scope") | ~Q(scope_kind=""), name="view_shared_with_a_scope_names_it"
            ),
        ]

    def __str__(self) -> str:
        return self.name
