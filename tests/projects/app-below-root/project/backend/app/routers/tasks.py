from fastapi import APIRouter

router = APIRouter(prefix="/tasks")


@router.get("")
def tasks() -> list[str]:
    return ["water the plants"]
