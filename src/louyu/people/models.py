"""One human once, whatever hats they wear; what was shown of them to whom."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.core.models import Record, Sourced
from louyu.core.sealing import keyed_digest, new_sealed_key, open_text, seal_text
from louyu.people.rules import mask_identity, mask_name, mask_phone


class Person(Sourced):
    """A human. Name, phone and identity number are sealed with the person's own key and found by keyed hash.

    Destroying ``key_sealed`` erases the values everywhere, the audit trail included.
    """

    not_in_the_trail = ("key_sealed", "name_masked", "phone_masked", "identity_masked")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )
    """The sign-in of this person, where there is one."""
    key_sealed = models.BinaryField(max_length=64)
    name_sealed = models.BinaryField(blank=True)
    name_digest = models.BinaryField(max_length=32, blank=True, db_index=True)
    name_masked = models.CharField(_("姓名"), max_length=40, blank=True)
    phone_sealed = models.BinaryField(blank=True)
    phone_digest = models.BinaryField(max_length=32, blank=True, db_index=True)
    phone_masked = models.CharField(_("电话"), max_length=40, blank=True)
    identity_sealed = models.BinaryField(blank=True)
    identity_digest = models.BinaryField(max_length=32, blank=True, db_index=True)
    identity_masked = models.CharField(_("身份证号"), max_length=18, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("人员")

    def __str__(self) -> str:
        return self.name_masked

    def put(
        self, *, name: str | None = None, phone: str | None = None, identity: str | None = None
    ) -> "Person":
        """Seal the given values on this instance (not saved); a first value makes the person's key."""
        self.key_sealed = self.key_sealed or new_sealed_key()
        if name is not None:
            self.name_sealed, self.name_masked = seal_text(name, self.key_sealed), mask_name(name)
            self.name_digest = name_digest(name)
        if phone is not None:
            self.phone_sealed, self.phone_masked = seal_text(phone, self.key_sealed), mask_phone(phone)
            self.phone_digest = phone_digest(phone)
        if identity is not None:
            self.identity_sealed, self.identity_masked = (
                seal_text(identity, self.key_sealed),
                mask_identity(identity),
            )
            self.identity_digest = identity_digest(identity)
        return self

    @property
    def erased(self) -> bool:
        """Whether the person's values were erased: their key is destroyed, nothing opens them any more."""
        return not bytes(self.key_sealed)

    def opened(self, field: str) -> str:
        """The value of ``name``, ``phone`` or ``identity`` in the clear; empty once erased.

        Commands call it, which keep a record of it; else it is for what is the reader's own, or public by duty or wish.
        """
        return open_text(getattr(self, f"{field}_sealed"), self.key_sealed)


def name_digest(name: str) -> bytes:
    """The keyed hash by which a name is found again."""
    return keyed_digest("person name", name) if name else b""


def phone_digest(phone: str) -> bytes:
    """The keyed hash by which a phone number (digits only) is found again."""
    return keyed_digest("phone", phone) if phone else b""


def identity_digest(number: str) -> bytes:
    """The keyed hash by which an identity number is found again."""
    return keyed_digest("identity number", number) if number else b""


class RevealLog(Record):
    """One look at a person's value in the clear: who, which, why, when. The person may read it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fields = models.CharField(max_length=60)
    reason = models.CharField(_("理由"), max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(Record.Meta):
        verbose_name = _("查看记录")


class Purpose(models.TextChoices):
    """For what a person's own consent is asked; each by itself, each withdrawn as easily as given."""

    REGISTER = "register", _("登记党员身份并找到组织")
    SHOW_OPENLY = "show_openly", _("亮出党员身份")


class ConsentText(Record):
    """What somebody consents to, word for word; a change is a new version. The newest one is asked for."""

    purpose = models.CharField(_("用途"), max_length=12, choices=Purpose)
    version = models.PositiveSmallIntegerField(_("版本"))
    text = models.TextField(_("告知内容"))
    since = models.DateTimeField(auto_now_add=True)

    class Meta(Record.Meta):
        verbose_name = _("告知同意书")
        constraints = [
            models.UniqueConstraint(fields=("purpose", "version"), name="consent_text_version_once"),
        ]


class Consent(Record):
    """That a person agreed to a text, and from when on no more. It stays on record when the person is forgotten."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", verbose_name=_("告知同意书")
    )
    given_at = models.DateTimeField(_("同意时间"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("同意记录")
        indexes = [models.Index(fields=("person", "withdrawn_at"), name="consent_of_person")]


class PersonalLink(Record):
    """The link by which somebody without a sign-in comes to their own page; only its keyed hash is held."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    digest = models.BinaryField(max_length=32, unique=True)
    made_from = models.BinaryField(max_length=32, blank=True, db_index=True)
    """Keyed hash of the hour and the address it was asked from: so that nobody registers hundreds."""
    made_at = models.DateTimeField(_("生成时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("失效时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("个人页面链接")
