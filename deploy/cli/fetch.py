"""`xiaohao fetch`: fetches Apache Kafka before it is needed."""

from deploy.cli.command import command, out


@command
def fetch() -> None:
    """Fetch Apache Kafka's jars now, so that the first start need not."""
    from deploy.embedded.jars import cache, class_path

    with out.status("Fetching Apache Kafka …") as status:
        class_path(lambda done, of: status.update(f"Fetching Apache Kafka: {done} of {of} files"))
    out.print(f"Apache Kafka is in {cache()}", markup=False, highlight=False, soft_wrap=True)
