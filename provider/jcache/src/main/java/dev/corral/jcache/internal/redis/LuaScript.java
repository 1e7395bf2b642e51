package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The scripts that Redis runs for us, each made of the files that it names; the header of the last
 * one tells its keys, arguments and result.
 */
public enum LuaScript {
  APPLY(
      "envelope.lua",
      "near.lua",
      "changes.lua",
      "pending.lua",
      "locks.lua",
      "commit.lua",
      "apply.lua"),
  PUT("envelope.lua", "near.lua", "puts.lua", "put.lua"),
  PUT_FOREVER("envelope.lua", "near.lua", "put_forever.lua"),
  MAY_PUT("may_put.lua"),
  PUT_OVER("envelope.lua", "near.lua", "puts.lua", "put_over.lua"),
  HOLD_KEYS("locks.lua", "hold_keys.lua"),
  CLOCK("clock.lua"),
  PREPARE_WRITE("envelope.lua", "near.lua", "prepare_write.lua"),
  CLEAR("envelope.lua", "near.lua", "clear.lua"),
  UNLINK_ORPHANS("envelope.lua", "unlink_orphans.lua"),
  SWEEP_EXPIRED("envelope.lua", "near.lua", "changes.lua", "sweep_expired.lua"),
  TAKE_WRITES("envelope.lua", "pending.lua", "take_writes.lua"),
  ACKNOWLEDGE_WRITES("envelope.lua", "pending.lua", "acknowledge_writes.lua"),
  RETURN_WRITES("envelope.lua", "pending.lua", "return_writes.lua"),
  RENEW_LEASE("renew_lease.lua"),
  HASTEN_WRITES("envelope.lua", "hasten_writes.lua"),
  REPLAY_DEAD("envelope.lua", "pending.lua", "replay_dead.lua"),
  QUEUE_STATUS("envelope.lua", "pending.lua", "queue_status.lua"),
  REPAIR("envelope.lua", "near.lua", "pending.lua", "repair.lua"),
  REGISTER_INTEREST("envelope.lua", "register_interest.lua"),
  FOLLOW_NEAR("envelope.lua", "near.lua", "follow_near.lua"),
  SET_IF_ABSENT("set_if_absent.lua"),
  READ_FIELDS("read_fields.lua"),
  SERVER_VERSION("server_version.lua");

  private static final String END_OF_HEADER = "]]";

  private final String text;
  private final String sha1;

  LuaScript(String... files) {
    StringBuilder all = new StringBuilder();
    for (String file : files) {
      all.append(read(file)).append('\n');
    }
    this.text = all.toString();
    this.sha1 = sha1(text);
  }

  /** The whole text, save for the headers of its files. */
  public String text() {
    return text;
  }

  /** The digest by which Redis knows the text once it has seen it, in hexadecimal. */
  public String sha1() {
    return sha1;
  }

  /** Without its header, which Redis need not have. */
  private static String read(String file) {
    try (InputStream in = LuaScript.class.getResourceAsStream("lua/" + file)) {
      if (in == null) {
        throw new IllegalStateException("script " + file + " is missing from Corral's jar");
      }
      String script = new String(in.readAllBytes(), UTF_8);
      return script.substring(script.indexOf(END_OF_HEADER) + END_OF_HEADER.length()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-1", e);
    }
  }
}
