package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** The slot of a key in a Redis Cluster: the CRC16 of its hash tag. */
final class Slots {

  static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;

  private Slots() {}

  static int of(String key) {
    byte[] bytes = key.getBytes(UTF_8);
    int open = indexOf(bytes, '{', 0);
    int close = open < 0 ? -1 : indexOf(bytes, '}', open + 1);
    byte[] hashed = close > open + 1 ? Arrays.copyOfRange(bytes, open + 1, close) : bytes;
    int crc = 0;
    for (byte each : hashed) {
      crc ^= (each & 0xff) << 8;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
      }
      crc &= 0xffff;
    }
    return crc % COUNT;
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
