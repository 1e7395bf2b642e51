package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.TimeSerializers.LocalDateTimeSerializer;
import com.esotericsoftware.kryo.kryo5.serializers.TimeSerializers.ZoneOffsetSerializer;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * The serializer of {@link ZonedDateTime}: local time, offset and zone. When clocks are set back, a
 * local time denotes two instants, which differ in the offset. If this JVM has other rules for the
 * zone, the instant is preserved.
 */
final class ZonedTimeSerializer extends Serializer<ZonedDateTime> {

  private final LocalDateTimeSerializer local = new LocalDateTimeSerializer();
  private final ZoneOffsetSerializer offset = new ZoneOffsetSerializer();

  @Override
  public void write(Kryo kryo, Output output, ZonedDateTime time) {
    local.write(kryo, output, time.toLocalDateTime());
    offset.write(kryo, output, time.getOffset());
    output.writeString(time.getZone().getId());
  }

  @Override
  public ZonedDateTime read(Kryo kryo, Input input, Class<? extends ZonedDateTime> type) {
    LocalDateTime localTime = local.read(kryo, input, LocalDateTime.class);
    ZoneOffset zoneOffset = offset.read(kryo, input, ZoneOffset.class);
    return ZonedDateTime.ofInstant(localTime, zoneOffset, ZoneId.of(input.readString()));
  }
}
