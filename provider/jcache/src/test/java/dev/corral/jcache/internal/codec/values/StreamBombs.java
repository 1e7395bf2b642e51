package dev.corral.jcache.internal.codec.values;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Bombs in the Java serialization of an object. */
final class StreamBombs {

  private StreamBombs() {}

  static void addTo(Map<String, byte[]> all) {
    all.put("arrays in a stream", stream(arrays(3_000, 120_000)));
    all.put("deep arrays in a stream", stream(arrays(Bombs.DEEP, 1)));
    all.put("maps in a stream", stream(maps(1_100, 40_000)));
    all.put("sets of sets in a stream", stream(serialized(Bombs.setsOfSets())));
    all.put("compressed arrays in a stream", Bombs.compressed(stream(arrays(100_000, 1_000))));
  }

  private static byte[] stream(byte[] stream) {
    return new StoredForm().object(Bombs.Hooked.class).count(stream.length).raw(stream).bytes();
  }

  private static byte[] serialized(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] arrays(int levels, int claim) {
    return written(
        out -> {
          for (int i = 0; i < levels; i++) {
            out.writeByte(0x75);
            if (i == 0) {
              describe(out, "[Ljava.lang.Object;", 0x02);
              out.writeShort(0);
              out.writeShort(0x7870);
            } else {
              out.writeByte(0x71);
              out.writeInt(0x7e0000);
            }
            out.writeInt(claim);
          }
          out.writeByte(0x70);
        });
  }

  private static byte[] maps(int levels, int claim) {
    return written(
        out -> {
          for (int i = 0; i < levels; i++) {
            out.writeByte(0x73);
            if (i == 0) {
              describe(out, "java.util.HashMap", 0x03);
              out.writeShort(2);
              out.writeByte('F');
              out.writeUTF("loadFactor");
              out.writeByte('I');
              out.writeUTF("threshold");
              out.writeShort(0x7870);
            } else {
              out.writeByte(0x71);
              out.writeInt(0x7e0000);
            }
            out.writeFloat(0.75f);
            out.writeInt(0);
            out.writeShort(0x7708);
            out.writeInt(16);
            out.writeInt(claim);
          }
        });
  }

  private static void describe(DataOutputStream out, String name, int flags) throws IOException {
    out.writeByte(0x72);
    out.writeUTF(name);
    out.writeLong(name.equals("java.util.HashMap") ? 362498820763181265L : 0);
    out.writeByte(flags);
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(0xaced0005);
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
