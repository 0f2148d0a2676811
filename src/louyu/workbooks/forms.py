"""The form by which workbooks come in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.workbooks.understanding import registers

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv")
MOST_FILES = 20


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One or several files, each checked."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = list(data) if isinstance(data, (list, tuple)) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given] or [
            super().clean(None, initial)
        ]


class UploadForm(forms.Form):
    """Files and, if the person wants to say it, what kind of register they are."""

    file = _FilesField(
        label=gettext_lazy("表格文件"),
        widget=_FilesInput(attrs={"accept": ",".join(SUFFIXES)}),
        error_messages={
            "required": gettext_lazy("还没有选择文件。请选一个 .xlsx、.xls 或 .csv 文件。"),
            "empty": gettext_lazy("这个文件是空的。请确认已经保存，再选一次。"),
            "invalid": gettext_lazy("没有收到文件。请再选一次。"),
        },
    )
    kind = forms.ChoiceField(label=gettext_lazy("表的类型"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("自动识别")), *((r.kind, r.label) for r in registers().values())]

    @property
    def most_bytes(self) -> str:
        """The largest file that is taken, as a plain number for the page's script."""
        return str(settings.UPLOAD_MAX_BYTES)

    @property
    def most_megabytes(self) -> int:
        return int(settings.UPLOAD_MAX_BYTES // 1024**2)

    def clean_file(self) -> list[Any]:
        """Refuse what is too large before anything is kept, with the file, its size and the mend."""
        files: list[Any] = self.cleaned_data["file"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("一次最多选 %(most)s 个文件。请分几次上传。") % {"most": MOST_FILES}
            )
        for file in files:
            if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
                raise forms.ValidationError(
                    _(
                        "「%(name)s」有 %(size)s MB，超过 %(most)s MB。请删去图片和空白表，或分成几个文件再传。"
                    )
                    % {
                        "name": file.name,
                        "size": -(-(file.size or 0) // 1024**2),
                        "most": settings.UPLOAD_MAX_BYTES // 1024**2,
                    }
                )
        return files
