from fastapi import APIRouter

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> dict[str, str]:
    """Says that the function starts and answers; it calls nothing, so that it stays cheap."""
    return {"status": "ok"}
