package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The Lua scripts, each assembled from the files that it names. The header of the last file
 * explains the script's keys, arguments and result.
 */
public enum LuaScript {
  APPLY(
      "time.lua",
      "keys.lua",
      "tags.lua",
      "envelope.lua",
      "invalidations.lua",
      "intents.lua",
      "events.lua",
      "change_order.lua",
      "queue.lua",
      "locks.lua",
      "apply_arguments.lua",
      "apply_decision.lua",
      "apply_put.lua",
      "apply_commit.lua",
      "apply.lua"),
  PUT("time.lua", "keys.lua", "tags.lua", "envelope.lua", "invalidations.lua", "put.lua"),
  PUT_FOREVER(
      "time.lua", "keys.lua", "tags.lua", "envelope.lua", "invalidations.lua", "put_forever.lua"),
  CLEAR("time.lua", "keys.lua", "tags.lua", "envelope.lua", "invalidations.lua", "clear.lua"),
  REMOVE_DAMAGED("time.lua", "change_order.lua", "queue.lua", "remove_damaged.lua"),
  UNLINK_CLEARED("time.lua", "tags.lua", "envelope.lua", "unlink_cleared.lua"),
  PREPARE_WRITE(
      "time.lua",
      "keys.lua",
      "tags.lua",
      "envelope.lua",
      "invalidations.lua",
      "intents.lua",
      "prepare_write.lua"),
  END_FENCE("time.lua", "keys.lua", "invalidations.lua", "intents.lua", "end_fence.lua"),
  RECORD_INTENTS("time.lua", "keys.lua", "invalidations.lua", "intents.lua", "record_intents.lua"),
  END_INTENTS("time.lua", "keys.lua", "invalidations.lua", "intents.lua", "end_intents.lua"),
  LOCK_KEYS("time.lua", "tags.lua", "locks.lua", "lock_keys.lua"),
  JOIN_LOADS("time.lua", "join_loads.lua"),
  LEAD_LOADS("time.lua", "lead_loads.lua"),
  LOAD_PERMITS("time.lua", "load_permits.lua"),
  CLAIM_REFRESHES("claim_refreshes.lua"),
  INVALIDATE_TAGS("time.lua", "keys.lua", "tags.lua", "invalidations.lua", "invalidate_tags.lua"),
  HOT_KEYS("time.lua", "hot_keys.lua"),
  FOLLOW_TAGS("time.lua", "tags.lua", "follow_tags.lua"),
  TAKE_WRITES("time.lua", "change_order.lua", "queue.lua", "take_writes.lua"),
  ACKNOWLEDGE_WRITES("time.lua", "change_order.lua", "queue.lua", "acknowledge_writes.lua"),
  RETURN_WRITES(
      "time.lua", "change_order.lua", "queue.lua", "dead_letters.lua", "return_writes.lua"),
  RENEW_LEASE("renew_lease.lua"),
  MAKE_WRITES_DUE("time.lua", "make_writes_due.lua"),
  REPLAY_DEAD_LETTERS(
      "time.lua", "change_order.lua", "queue.lua", "dead_letters.lua", "replay_dead_letters.lua"),
  QUEUE_STATUS("time.lua", "change_order.lua", "queue.lua", "queue_status.lua"),
  REPAIR(
      "time.lua",
      "keys.lua",
      "tags.lua",
      "envelope.lua",
      "invalidations.lua",
      "change_order.lua",
      "queue.lua",
      "dead_letters.lua",
      "repair.lua"),
  RENEW_SUBSCRIPTIONS("time.lua", "types.lua", "renew_subscriptions.lua"),
  SWEEP_EXPIRED(
      "time.lua",
      "keys.lua",
      "tags.lua",
      "envelope.lua",
      "invalidations.lua",
      "events.lua",
      "sweep_expired.lua"),
  DUE_EXPIRATIONS("time.lua", "due_expirations.lua"),
  REMOVE_ENTRY("remove_entry.lua"),
  FOLLOW_INVALIDATIONS(
      "time.lua", "keys.lua", "types.lua", "invalidations.lua", "follow_invalidations.lua"),
  VERIFY_ENTRY(
      "time.lua",
      "keys.lua",
      "tags.lua",
      "envelope.lua",
      "invalidations.lua",
      "intents.lua",
      "verify_entry.lua"),
  CLOCK("time.lua", "clock.lua"),
  SET_IF_ABSENT("set_if_absent.lua"),
  READ_FIELDS("read_fields.lua"),
  MISSING_RIGHTS("missing_rights.lua"),
  MAY_ASK("may_ask.lua"),
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

  /** The whole text, without the headers of its files. */
  public String text() {
    return text;
  }

  /** The digest by which Redis knows the text once it has seen it, in hexadecimal. */
  public String sha1() {
    return sha1;
  }

  /** A file without its header, which Redis does not need. */
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
