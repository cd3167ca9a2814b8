#!/bin/sh
# Who may do what on Kafka: a right less than these and something stops, a right more and somebody could do what is not theirs.
# Made by `make docs` from deploy/acls.py; do not edit by hand. docs/connect.md says how users are made.
#
#   KAFKA_ACLS="kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties" deploy/kafka/acls.sh [BUREAU…]
#
# Kafka's users are called as the services are, and `operator`, `subscriber`, `scaler`, and each bureau by the id of its key. With certificates, whose names
# are whole subjects, map those to these names by ssl.principal.mapping.rules. NAMESPACE is XIAOHAO_NAMESPACE. Run it again for a further bureau.
# No right to a transactional id is among them: nothing of ours has one.
set -eu
NAMESPACE="${NAMESPACE:-}"
: "${KAFKA_ACLS:=kafka-acls.sh --bootstrap-server localhost:9092}"

allow() {
  who=$1
  shift
  $KAFKA_ACLS --add --allow-principal "User:$who" "$@"
}

# intake
allow intake --operation Create --operation Describe --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow intake --operation DescribeConfigs --operation AlterConfigs --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow intake --operation Read --topic "${NAMESPACE}campaign.ledger"
allow intake --operation Write --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people"
allow intake --operation Read --group "${NAMESPACE}intake.ledger"
allow intake --operation Create --operation Describe --operation DescribeConfigs --operation AlterConfigs --operation Read --operation Write --topic "${NAMESPACE}inbox." --resource-pattern-type prefixed
allow intake --operation Read --group "${NAMESPACE}intake.inbox"

# ledger
allow ledger --operation Create --operation Describe --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow ledger --operation DescribeConfigs --operation AlterConfigs --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow ledger --operation Read --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger"
allow ledger --operation Write --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger"
allow ledger --operation Read --group "${NAMESPACE}ledger.intake"
allow ledger --operation Describe --cluster

# notify
allow notify --operation Create --operation Describe --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow notify --operation DescribeConfigs --operation AlterConfigs --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow notify --operation Read --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people"
allow notify --operation Write --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.people.dlt"
allow notify --operation Read --group "${NAMESPACE}notify.ledger" --group "${NAMESPACE}notify.people"

# reporting
allow reporting --operation Create --operation Describe --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow reporting --operation DescribeConfigs --operation AlterConfigs --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow reporting --operation Read --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.people"
allow reporting --operation Write --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow reporting --operation Read --group "${NAMESPACE}reporting.ledger" --group "${NAMESPACE}reporting.notices" --group "${NAMESPACE}reporting.people"
allow reporting --operation Describe --group "${NAMESPACE}intake.ledger" --group "${NAMESPACE}ledger.intake" --group "${NAMESPACE}notify.ledger" --group "${NAMESPACE}notify.people"

# operator: `xiaohao status`, tail, verify, dead, restore, rebuild, erase, topics, simulate --to kafka
allow operator --operation Read --operation Create --operation Describe --operation DescribeConfigs --operation AlterConfigs --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow operator --operation Write --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow operator --operation Read --operation Describe --group "${NAMESPACE}intake.ledger" --group "${NAMESPACE}ledger.intake" --group "${NAMESPACE}notify.ledger" --group "${NAMESPACE}notify.people" --group "${NAMESPACE}reporting.ledger" --group "${NAMESPACE}reporting.notices" --group "${NAMESPACE}reporting.people"
allow operator --operation Read --operation Describe --topic "${NAMESPACE}inbox." --resource-pattern-type prefixed
allow operator --operation Describe --group "${NAMESPACE}intake.inbox"
allow operator --operation Describe --cluster

# subscriber: follows the ledger, in consumer groups whose names begin with subscriber.
allow subscriber --operation Read --operation Describe --topic "${NAMESPACE}campaign.ledger"
allow subscriber --operation Read --group "${NAMESPACE}subscriber." --resource-pattern-type prefixed

# scaler: sees how far the services are, so that KEDA may start more copies; it reads nothing
allow scaler --operation Describe --topic "${NAMESPACE}campaign.intake" --topic "${NAMESPACE}campaign.ledger" --topic "${NAMESPACE}campaign.people" --topic "${NAMESPACE}campaign.notices" --topic "${NAMESPACE}campaign.intake.dlt" --topic "${NAMESPACE}campaign.ledger.dlt" --topic "${NAMESPACE}campaign.people.dlt"
allow scaler --operation Describe --group "${NAMESPACE}intake.ledger" --group "${NAMESPACE}ledger.intake" --group "${NAMESPACE}notify.ledger" --group "${NAMESPACE}notify.people" --group "${NAMESPACE}reporting.ledger" --group "${NAMESPACE}reporting.notices" --group "${NAMESPACE}reporting.people"

# The rights of a bureau: it writes to its own inbox and reads its own answers, in the consumer group of its inbox's name.
for bureau in "$@"; do
  allow "$bureau" --operation Write --operation Describe --topic "${NAMESPACE}inbox.$bureau"
  allow "$bureau" --operation Read --operation Describe --topic "${NAMESPACE}inbox.$bureau.answers"
  allow "$bureau" --operation Read --group "${NAMESPACE}inbox.$bureau"
done
