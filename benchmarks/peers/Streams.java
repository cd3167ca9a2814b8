import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams: a processor with a store in memory, whose changes go to a topic of Kafka; MongoDB takes no part.
 *
 * Guarantees: exactly once (exactly_once_v2): store, record put out and offset are one transaction of Kafka. Order is kept in a partition. Nobody but the
 * process can read the store; whoever wants the state in a database writes one more consumer, and has its guarantees. One record put out a told event.
 *
 * It runs until it is told to end: Streams <bootstrap> <namespace> <folder>.
 */
public final class Streams {
  private static final String SUBJECTS = "subjects";

  /** Counts an event to its subject, and puts it out with its number. */
  private static final class Count implements Processor<byte[], byte[], byte[], byte[]> {
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, String> subjects;

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
      context = given;
      subjects = given.getStateStore(SUBJECTS);
    }

    @Override
    public void process(Record<byte[], byte[]> told) {
      String subject = new String(told.headers().lastHeader("ce_subject").value(), StandardCharsets.UTF_8);
      String type = new String(told.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
      String before = subjects.get(subject);
      long position = 1 + (before == null ? 0 : Long.parseLong(before.substring(before.indexOf(' ') + 1)));
      subjects.put(subject, type + " " + position);
      String data = new String(told.value(), StandardCharsets.UTF_8);
      String recorded = "{\"position\":" + position + ",\"data\":" + data + "}";
      byte[] value = recorded.getBytes(StandardCharsets.UTF_8);
      context.forward(told.withValue(value).withTimestamp(context.currentSystemTimeMs()));
    }
  }

  /** Run. */
  public static void main(String[] given) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, given[1] + "streams");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, given[0]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, given[2]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(SUBJECTS), Serdes.String(), Serdes.String()));
    builder.stream(given[1] + "campaign.intake", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .process(Count::new, SUBJECTS)
        .to(given[1] + "campaign.ledger", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }
}
