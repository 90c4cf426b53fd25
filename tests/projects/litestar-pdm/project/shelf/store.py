from dataclasses import dataclass


@dataclass
class Book:
    title: str
    author: str


BOOKS = {"m": Book("Middlemarch", "George Eliot"), "b": Book("Bleak House", "Charles Dickens")}
