from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dondoc.tables.base import Base, Word
from dondoc.tables.units import Unit
from dondoc.words import Language


class AccountRole(StrEnum):
    """What an account may do: everything, run its own office's plans, or only look at them."""

    ADMINISTRATOR = "administrator"
    OFFICIAL = "official"
    READER = "reader"


class Account(Base):
    """Somebody of a standing office who signs in. `email` is kept in small letters. Without
    `office_id` (administrators) every office is theirs. `password` is an Argon2id hash, None where
    the account signs in by letters only.

    `factor_secret` is the sealed key of a second factor, which counts from `factor_since` on;
    `factor_step` is the time step of the last code that was taken. Where `factor_required`, nothing
    but setting one up can be done without."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[AccountRole] = mapped_column(Word(AccountRole))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    language: Mapped[Language] = mapped_column(Word(Language), default=Language.VI)
    password: Mapped[str | None]
    factor_secret: Mapped[str | None]
    factor_since: Mapped[datetime | None]
    factor_step: Mapped[int] = mapped_column(default=0)
    factor_required: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    office: Mapped[Unit | None] = relationship()


class RecoveryCode(Base):
    """Stands once for a second factor that is lost. `proof` follows from the code and the
    installation's key; the code itself is kept by its owner alone."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "proof"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proof: Mapped[str]
    used_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs in once. Its proof is derived, never kept. Without an account it makes
    the first administrator."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()


class SignedIn(Base):
    """A browser that an account signed in with; `token` is the SHA-256 of what its cookie holds.
    Ends at `expires_at`, or when nothing was asked for too long after `seen_at`. `sure_at`: when
    it last proved who it is; `by_letter`: with the link of a letter."""

    __tablename__ = "signed_in"

    token: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    sure_at: Mapped[datetime]
    by_letter: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    account: Mapped[Account] = relationship()


class Attempt(Base):
    """Something that may be tried only so often: `kind` names it, `whom` the account or address
    it was tried on, `origin` the network address it came from."""

    __tablename__ = "attempts"
    __table_args__ = (
        # read by dondoc.access.attempts.too_many
        Index("ix_attempts_whom", "kind", "whom", "at"),
        Index("ix_attempts_origin", "kind", "origin", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    whom: Mapped[str]
    origin: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class EndedVisit(Base):
    """A unit's visit that was ended before it ran out; `token` is the SHA-256 of its cookie."""

    __tablename__ = "ended_visits"

    token: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
