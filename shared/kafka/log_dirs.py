"""How much room Kafka's brokers have where they keep their records: `DescribeLogDirs`, which aiokafka does not speak yet."""

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

from shared.disk import Room

TEXT = CompactString("utf-8")
TAGS = ("tags", TaggedFields)


class DescribeLogDirsResponse(Response):  # type: ignore[misc]  # aiokafka carries no types
    """Version 4, the first that tells of room (Kafka 3.3, KIP-827)."""

    API_KEY = 35
    API_VERSION = 4
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        (
            "results",
            CompactArray(
                ("error_code", Int16),
                ("log_dir", TEXT),
                (
                    "topics",
                    CompactArray(
                        ("name", TEXT),
                        (
                            "partitions",
                            CompactArray(("partition", Int32), ("size", Int64), ("offset_lag", Int64), ("is_future", Boolean), TAGS),
                        ),
                        TAGS,
                    ),
                ),
                ("total_bytes", Int64),
                ("usable_bytes", Int64),
                TAGS,
            ),
        ),
        TAGS,
    )


class DescribeLogDirsV4(RequestStruct):  # type: ignore[misc]
    """Version 4, which is flexible."""

    FLEXIBLE_VERSION = True
    API_KEY = 35
    API_VERSION = 4
    RESPONSE_TYPE = DescribeLogDirsResponse
    SCHEMA = Schema(("topics", CompactArray(("topic", TEXT), ("partitions", Array(Int32)), TAGS)), TAGS)


class DescribeLogDirs(Request[DescribeLogDirsV4]):  # type: ignore[misc]
    """Asks for the folders alone: of no topic is the size wanted."""

    API_KEY = 35

    def build(self, request_struct_class: type[DescribeLogDirsV4]) -> DescribeLogDirsV4:
        """As version 4 has it."""
        return request_struct_class([], {})


async def least_room(admin: AIOKafkaAdminClient) -> Room | None:
    """The room in the folder that is filled most, of all brokers; none where no broker knows. Raises KafkaError."""
    found = list[Room]()
    for broker in (await admin.describe_cluster())["brokers"]:
        answer = await admin._send_request(DescribeLogDirs(), broker["node_id"])  # noqa: SLF001 - it has no other way to ask one broker
        if answer.error_code:
            raise _error(answer.error_code)
        found += [Room(usable, total) for _, _, _, total, usable, _ in answer.results if total > 0]  # -1 and 0: it does not know
    return min(found, key=lambda room: room.free / room.size, default=None)


def _error(code: int) -> KafkaError:
    error: KafkaError = for_code(code)("Kafka does not say how full its disks are")
    return error
