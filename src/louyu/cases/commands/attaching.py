"""Attaching a file to a case: what it is by its content, pictures without place and camera, kept encrypted."""

import io
import zipfile

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from louyu.accounts.commands import alone, command, made, record
from louyu.accounts.models import User
from louyu.cases.models import Attachment, Case
from louyu.cases.rules.attachments import (
    KINDS,
    MOST_BYTES,
    MOST_FILES,
    MOST_PIXELS,
    PNG,
    FileKind,
    kept_name,
    kind_by_content,
    name_fits,
)
from louyu.core.errors import Refusal
from louyu.core.files import drop_file, keep_file
from louyu.core.sealing import new_sealed_key

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


@command("cases.attach")
def attach(case: Case, *, name: str, data: bytes, by: User) -> Attachment:
    """Attach a file. A picture is written anew, turned upright, without place, camera and hidden parts.

    Raises Refusal for a file that is empty, too large, of a kind that is not taken, or not what its name says.
    """
    kind = _kind(name, data)
    if kind.picture:
        data = _written_anew(name, data, kind)
    alone()
    if Attachment.rows_without_a_reader.filter(case=case).count() >= MOST_FILES:
        raise Refusal(
            _("这个办件的附件已经够多了。"),
            field="file",
            value=kept_name(name),
            mend=_("最多 %(most)s 个；请把几页合成一个 PDF。") % {"most": MOST_FILES},
        )
    attachment = Attachment(
        case=case,
        by=by,
        name=kept_name(name),
        media_type=kind.media_type,
        size=len(data),
        key_sealed=new_sealed_key(),
    )
    keep_file(attachment.pk, data, sealed_key=attachment.key_sealed)
    try:
        attachment.save(force_insert=True)
        record(made(attachment))
    except BaseException:
        drop_file(attachment.pk)
        raise
    return attachment


def _kind(name: str, data: bytes) -> FileKind:
    if not data:
        raise _refused(name, _("这个文件是空的。"), _("请重新选择文件。"))
    if len(data) > MOST_BYTES:
        raise _refused(
            name,
            _("文件太大，有 %(size)s MB。") % {"size": f"{len(data) / 1024 / 1024:.0f}"},
            _("最多 %(most)s MB；照片可以先压缩。") % {"most": MOST_BYTES // 1024 // 1024},
        )
    kind = kind_by_content(data[:16], _names_inside(data))
    if kind is None:
        endings = "、".join(k.endings[0] for k in KINDS)
        raise _refused(name, _("不接受这种文件。"), _("可以是 %s；其他格式请先另存。") % endings)
    if not name_fits(name, kind):
        raise _refused(
            name,
            _("文件名和内容不符：内容是 %(kind)s。") % {"kind": kind.endings[0]},
            _("请把文件名的后缀改为 .%(ending)s，或选择原来的文件。") % {"ending": kind.endings[0]},
        )
    return kind


def _names_inside(data: bytes) -> frozenset[str]:
    if not data.startswith(b"PK"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return frozenset(packed.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return frozenset()


def _written_anew(name: str, data: bytes, kind: FileKind) -> bytes:
    """The picture alone: its pixels, upright, nothing beside them."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(data), formats=[FORMATS[kind.media_type]])
        large = picture.width * picture.height > MOST_PIXELS
        bare = None if large else _bare(picture)
    except Image.DecompressionBombError:
        bare = None
    except Exception as error:  # the decoders of pictures raise whatever the bytes make them raise
        raise _refused(name, _("图片打不开，可能已损坏。"), _("请重新拍照或另存后再上传。")) from error
    if bare is None:
        raise _refused(
            name,
            _("图片太大，超过 %(most)s 万像素。") % {"most": MOST_PIXELS // 10_000},
            _("请缩小后再上传。"),
        )
    out = io.BytesIO()
    bare.save(out, FORMATS[kind.media_type], **({} if kind is PNG else {"quality": 85}))
    return out.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """A new picture with the same pixels, upright."""
    upright = ImageOps.exif_transpose(picture)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    pixels = upright.convert("RGBA" if see_through else "RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


def _refused(name: str, reason: str, mend: str) -> Refusal:
    return Refusal(reason, field="file", value=kept_name(name), mend=mend, code="attachment")
