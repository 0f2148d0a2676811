"""Readers of single values from the cells of offices' spreadsheets.

Every reader takes a cell and the heading above it, gives the value as the code holds it, or None where the cell is
empty in meaning (无, /, —, 暂无), and raises ``Unreadable`` with a reason where nothing can be understood.
"""

from louyu.core.readings.amounts import (
    read_area,
    read_count,
    read_industry,
    read_money,
    read_percentage,
    read_year,
    read_yes_no,
)
from louyu.core.readings.codes import read_credit_code, read_identity_number
from louyu.core.readings.coordinates import (
    latitude_comes_first,
    read_coordinate_pair,
    read_latitude,
    read_longitude,
)
from louyu.core.readings.dates import read_date
from louyu.core.readings.names import Contact, read_contact, read_enterprise_name, read_phone, read_text
from louyu.core.readings.rooms import Floors, Room, floor_of_room, read_floor, read_floors, read_rooms
from louyu.core.readings.values import CellValue, Unreadable

__all__ = [
    "CellValue",
    "Contact",
    "Floors",
    "Room",
    "Unreadable",
    "floor_of_room",
    "latitude_comes_first",
    "read_area",
    "read_contact",
    "read_coordinate_pair",
    "read_count",
    "read_credit_code",
    "read_date",
    "read_enterprise_name",
    "read_floor",
    "read_floors",
    "read_identity_number",
    "read_industry",
    "read_latitude",
    "read_longitude",
    "read_money",
    "read_percentage",
    "read_phone",
    "read_rooms",
    "read_text",
    "read_year",
    "read_yes_no",
]
