"""A monolith: FastAPI takes events over HTTP and updates one document each in MongoDB; no broker, nobody else hears of anything.

Guarantees: what was answered is kept (majority). An event that is told again because the answer was lost stands twice; a kill leaves a part of a request
done. Each document is atomic; order is that of one connection. Nothing is recorded that others could follow.
"""

import asyncio
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, TypeAdapter


class Event(BaseModel):
    """What the door asks of an event."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    data: dict[str, Any]


EVENTS = TypeAdapter(list[Event])


async def run(mongodb: str, namespace: str, port: int) -> None:
    """Serve until told to end."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongodb, w="majority")
    subjects = client[f"{namespace}monolith"].subjects
    http = FastAPI()

    @http.get("/readyz")
    async def ready() -> None:
        await subjects.find_one({"_id": ""})

    @http.post("/v1/events", status_code=202)
    async def tell(request: Request) -> dict[str, int]:
        events = EVENTS.validate_json(await request.body())
        for event in events:
            change = {"$set": {"status": event.type}, "$push": {"events": event.data}, "$inc": {"position": 1}}
            await subjects.update_one({"_id": event.subject}, change, upsert=True)
        return {"accepted": len(events)}

    await uvicorn.Server(uvicorn.Config(http, port=port, log_level="error", access_log=False)).serve()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
