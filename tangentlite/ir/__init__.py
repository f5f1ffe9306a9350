"""The intermediate representation: the evaluation trace, its checker, its builder, and the vocabulary of facts."""
from tangentlite.ir.trace import (
    UNDEF,
    Atom,
    Block,
    Call,
    Const,
    Eqn,
    Fn,
    For,
    If,
    Loc,
    Stmt,
    Trace,
    Try,
    Var,
    While,
)

__all__ = ["UNDEF", "Atom", "Block", "Call", "Const", "Eqn", "Fn", "For", "If", "Loc", "Stmt", "Trace", "Try", "Var", "While"]
