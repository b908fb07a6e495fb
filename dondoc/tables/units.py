from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.words import Language


class Role(StrEnum):
    OFFICER = "officer"
    HEAD = "head"
    DEPUTY = "deputy"
    STAND_IN = "stand_in"  # of one leave; the list of units does not name it


class Unit(Base):
    __tablename__ = "units"
    __table_args__ = (
        # read by dondoc.access.reach: what is below an office, level by level
        Index("ix_units_parent_id", "parent_id"),
        # read by dondoc.units.lineage: asked before every batch of letters
        Index(
            "ix_units_ended",
            "valid_to",
            sqlite_where=text("valid_to IS NOT NULL"),
            postgresql_where=text("valid_to IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    contacts: Mapped[list["Contact"]] = relationship(back_populates="unit", order_by="Contact.id")
    parent: Mapped["Unit | None"] = relationship(remote_side=[id])


class Group(Base):
    """Cụm, khối thi đua."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Membership(Base):
    __tablename__ = "memberships"
    __table_args__ = (
        # read by dondoc.counting: the groups of a unit, without a look at the table
        Index("ix_memberships_unit_id_group_id", "unit_id", "group_id"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)


class GroupHead(Base):
    """The unit that leads a group in a calendar year."""

    __tablename__ = "group_heads"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))


class Contact(Base):
    """A seat of a unit: it stays when the person leaves, `email` is None while it is vacant.

    Every unit has an officer's and a head's seat from the day it is entered, so that a notice can
    be planned for a seat before anybody sits in it. Raising `link_epoch` ends every link that was
    ever sent to the seat.
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("unit_id", "role", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role] = mapped_column(Word(Role))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[Language] = mapped_column(Word(Language), default=Language.VI)
    link_epoch: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship(back_populates="contacts")


class Leave(Base):
    """Whoever sits in the seat is away from `from_on` to `to_on`, both included; what is meant for
    the seat goes to `deputy` meanwhile."""

    __tablename__ = "leaves"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    from_on: Mapped[date]
    to_on: Mapped[date] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(Text)

    contact: Mapped[Contact] = relationship(foreign_keys=[contact_id])
    deputy: Mapped[Contact] = relationship(foreign_keys=[deputy_id])
