package dev.corral.jcache.internal.store.loads;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.EntryCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joint loads in Redis; the header of join_loads.lua explains them. Safe for many threads. */
public final class RedisJointLoads<K> implements JointLoads<K> {

  private static final Logger log = LoggerFactory.getLogger(RedisJointLoads.class);

  private static final String OPERATION = "join loads";

  private final CacheContext cache;
  private final EntryCodec<K, ?> codec;
  private final String jvm = UUID.randomUUID().toString();
  private final AtomicLong leads = new AtomicLong();

  public RedisJointLoads(CacheContext cache, EntryCodec<K, ?> codec) {
    this.cache = cache;
    this.codec = codec;
  }

  @Override
  public Lead join(Collection<K> keys) {
    String own = jvm + "-" + leads.incrementAndGet();
    CompletableFuture<List<Object>> asked = ask(own, keys.stream().map(codec::text).toList());
    try {
      Lead lead = lead(own, await(asked.copy()));
      return lead == null ? new Lead(own, 0, /* isOwn= */ false) : lead;
    } catch (CacheException e) {
      var unused =
          asked.whenComplete(
              (reply, failure) -> { // it may have got the lead
                var unusedReply = run(LuaScript.LEAD_LOADS, List.of("end", own));
              });
      throw e;
    }
  }

  @Override
  public @Nullable Lead current() {
    return lead("", await(ask("", List.of())));
  }

  private CompletableFuture<List<Object>> ask(String own, List<String> keys) {
    List<Object> arguments = new ArrayList<>(List.of(own, LEASE.toMillis()));
    arguments.addAll(keys);
    return run(LuaScript.JOIN_LOADS, arguments);
  }

  private static @Nullable Lead lead(String own, List<Object> reply) {
    if (reply.isEmpty()) {
      return null;
    }
    String lease = RedisCommands.text(reply.get(0));
    int space = lease.indexOf(' ');
    String leader = lease.substring(0, space);
    return new Lead(leader, Long.parseLong(lease.substring(space + 1)), leader.equals(own));
  }

  @Override
  public @Nullable Set<K> take(Lead lead, int maxKeys, boolean ends) {
    List<Object> reply =
        await(
            run(
                LuaScript.LEAD_LOADS,
                List.of("take", lead.leader(), LEASE.toMillis(), maxKeys, ends ? 1 : 0)));
    if (((Number) reply.get(0)).intValue() == 0) {
      return null;
    }
    Set<K> keys = new LinkedHashSet<>();
    for (Object text : reply.subList(1, reply.size())) {
      try {
        keys.add(codec.key(RedisCommands.text(text)));
      } catch (RuntimeException e) {
        log.debug(
            "Cache '{}': a key of another JVM is left to that JVM: {}",
            cache.name(),
            e.getMessage());
      }
    }
    return keys;
  }

  @Override
  public void loaded(Lead lead) {
    List<Object> arguments = List.of("loaded", lead.leader(), LEASE.toMillis());
    var unused = await(run(LuaScript.LEAD_LOADS, arguments));
  }

  @Override
  public void end(Lead lead) {
    try {
      var unused = await(run(LuaScript.LEAD_LOADS, List.of("end", lead.leader())));
    } catch (CacheException e) {
      log.debug("Cache '{}': a lead ends with its lease: {}", cache.name(), e.getMessage());
    }
  }

  private List<Object> await(CompletableFuture<List<Object>> reply) {
    return cache.await(OPERATION, reply);
  }

  private CompletableFuture<List<Object>> run(LuaScript script, List<Object> arguments) {
    List<String> names = List.of(cache.keys().jointLoad(), cache.keys().wantedLoads());
    return cache.redis().run(script, names, arguments.toArray());
  }
}
