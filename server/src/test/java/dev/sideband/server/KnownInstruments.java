package dev.sideband.server;

import java.util.List;
import java.util.stream.Stream;

/** The instruments that there are, which dashboards, alerts and their README may ask for. */
final class KnownInstruments {
  private KnownInstruments() {}

  /** Those of ours. */
  private static final String OURS =
      """
      COUNTER         sideband.starts                     {start}
      HISTOGRAM       sideband.start.duration             s
      HISTOGRAM       sideband.start.stage.duration       s
      HISTOGRAM       sideband.start.milestone.duration   s
      UP_DOWN_COUNTER sideband.conversations.live         {conversation}
      UP_DOWN_COUNTER sideband.sidebands                  {sideband}
      COUNTER         sideband.conversations.ended        {conversation}
      COUNTER         sideband.sideband.lost              {sideband}
      COUNTER         sideband.sideband.rejoins           {rejoin}
      HISTOGRAM       sideband.sideband.rejoin.duration   s
      COUNTER         sideband.renewals                   {renewal}
      COUNTER         sideband.hang_ups                   {call}
      COUNTER         sideband.inputs                     {input}
      COUNTER         sideband.audio.dropped_frames       {frame}
      COUNTER         sideband.provider.errors            {error}
      HISTOGRAM       gen_ai.client.token.usage           {token}
      HISTOGRAM       gen_ai.client.operation.duration    s
      COUNTER         sideband.usage.tokens               {token}
      COUNTER         sideband.usage.cached_tokens        {token}
      COUNTER         sideband.usage.duration             s
      COUNTER         sideband.usage.cost                 {USD}
      COUNTER         sideband.log.events                 {event}
      COUNTER         sideband.log.append.bytes           By
      HISTOGRAM       sideband.log.batch.size             {event}
      HISTOGRAM       sideband.log.sync.duration          s
      GAUGE           sideband.log.free_space             By
      GAUGE           sideband.log.read_only              1
      GAUGE           sideband.ring.events                {event}
      GAUGE           sideband.ring.capacity              {event}
      GAUGE           sideband.subscribers                {subscriber}
      GAUGE           sideband.subscriber.lag             {event}
      COUNTER         sideband.subscriber.delivered       By
      COUNTER         sideband.subscriber.fell_behind     {fall}
      COUNTER         sideband.subscriber.dropped         {subscriber}
      COUNTER         sideband.subscriber.dropped_frames  {frame}
      COUNTER         sideband.subscriber.refused         {subscriber}
      """;

  /** Those of OpenTelemetry's libraries for gRPC and the JVM that we look at. */
  private static final String OF_LIBRARIES =
      """
      HISTOGRAM       rpc.server.call.duration            s
      UP_DOWN_COUNTER jvm.memory.used                     By
      UP_DOWN_COUNTER jvm.memory.used_after_last_gc       By
      UP_DOWN_COUNTER jvm.memory.limit                    By
      HISTOGRAM       jvm.gc.duration                     s
      COUNTER         jvm.cpu.time                        s
      """;

  static List<Instrument> all() {
    return Stream.concat(ours().stream(), lines(OF_LIBRARIES)).toList();
  }

  private static List<Instrument> ours() {
    return lines(OURS).toList();
  }

  private static Stream<Instrument> lines(String table) {
    return table.lines().map(line -> line.split(" +")).map(KnownInstruments::instrument);
  }

  private static Instrument instrument(String... cells) {
    return new Instrument(cells[1], Instrument.Kind.valueOf(cells[0]), cells[2]);
  }
}
