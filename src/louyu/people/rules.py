"""How a person's values are shown to those who have not asked for them: masked. Pure."""


def mask_name(name: str) -> str:
    """「沈雨晴」 → 「沈**」: the first character, then stars."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def mask_phone(phone: str) -> str:
    """「13812342046」 → 「138****2046」; a landline keeps its area code and last two digits."""
    if phone.startswith("1") and len(phone) == 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{phone[:4]}****{phone[-2:]}" if len(phone) > 6 else "****" if phone else ""


def mask_identity(number: str) -> str:
    """「331002199003072511」 → 「3310**********2511」."""
    return f"{number[:4]}{'*' * 10}{number[-4:]}" if len(number) == 18 else "****" if number else ""


REVEALABLE = ("name", "phone", "identity")
"""What of a person can be shown in the clear."""
HOURLY_REVEALS = 30
"""Values in the clear that one user may have shown within an hour."""


def reason_says_something(reason: str) -> bool:
    """Whether a reason can be kept: 2 to 200 characters, not all of them the same."""
    return 2 <= len(reason) <= 200 and len(set(reason)) > 1
