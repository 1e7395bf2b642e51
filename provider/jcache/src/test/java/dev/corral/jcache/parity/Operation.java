package dev.corral.jcache.parity;

import static dev.corral.jcache.parity.Entries.NEW;
import static dev.corral.jcache.parity.Entries.PREPARED;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.cache.Cache;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.processor.EntryProcessor;

/**
 * One call of the API.
 *
 * @param keys the number of its keys
 */
record Operation(String name, int keys, Call call) {

  /** Keys of an operation on a whole cache. With six, two orders are hardly ever equal. */
  private static final int WHOLE_CACHE = 6;

  /** Calls the API and returns its result. */
  interface Call {
    Object on(Cache<String, String> cache, List<String> keys) throws Exception;
  }

  private interface OneKey {
    Object on(Cache<String, String> cache, String key);
  }

  private static Operation one(String name, OneKey call) {
    return new Operation(name, 1, (cache, keys) -> call.on(cache, keys.get(0)));
  }

  private static Operation many(String name, Call call) {
    return new Operation(name, 2, call);
  }

  private static Operation invoke(String name, EntryProcessor<String, String, Object> processor) {
    return one("invoke: " + name, (cache, key) -> cache.invoke(key, processor));
  }

  /** The operations on a whole cache; each needs a cache of its own. */
  static List<Operation> ofWholeCache() {
    return List.of(
        whole("removeAll of all", (cache, keys) -> nothing(cache::removeAll)),
        whole("clear", (cache, keys) -> nothing(cache::clear)),
        whole(
            "iterate",
            (cache, keys) -> {
              Map<String, String> seen = new TreeMap<>();
              cache.forEach(entry -> seen.put(entry.getKey(), entry.getValue()));
              return seen;
            }),
        whole(
            "iterate and remove",
            (cache, keys) -> {
              for (var entries = cache.iterator(); entries.hasNext(); ) {
                entries.next();
                entries.remove();
              }
              return null;
            }));
  }

  private static Operation whole(String name, Call call) {
    return new Operation(name, WHOLE_CACHE, call);
  }

  /** The number of prepared keys; the other keys are absent. */
  int prepared() {
    return keys == WHOLE_CACHE ? WHOLE_CACHE : 1;
  }

  /** The operations on one or two keys. */
  static List<Operation> all() {
    List<Operation> all = new ArrayList<>(methods());
    all.addAll(processors());
    all.addAll(bulk());
    return all;
  }

  private static List<Operation> methods() {
    return List.of(
        one("get", Cache::get),
        one("containsKey", Cache::containsKey),
        one("put", (cache, key) -> nothing(() -> cache.put(key, NEW))),
        one("getAndPut", (cache, key) -> cache.getAndPut(key, NEW)),
        one("putIfAbsent", (cache, key) -> cache.putIfAbsent(key, NEW)),
        one("replace", (cache, key) -> cache.replace(key, NEW)),
        one("replace match", (cache, key) -> cache.replace(key, PREPARED, NEW)),
        one("replace mismatch", (cache, key) -> cache.replace(key, "other", NEW)),
        one("getAndReplace", (cache, key) -> cache.getAndReplace(key, NEW)),
        one("remove", (cache, key) -> cache.remove(key)),
        one("remove match", (cache, key) -> cache.remove(key, PREPARED)),
        one("remove mismatch", (cache, key) -> cache.remove(key, "other")),
        one("getAndRemove", Cache::getAndRemove),
        one("put null", (cache, key) -> nothing(() -> cache.put(key, null))),
        one("putIfAbsent null", (cache, key) -> cache.putIfAbsent(key, null)),
        one("replace null", (cache, key) -> cache.replace(key, null)),
        one("remove null", (cache, key) -> cache.remove(key, null)),
        one("get null key", (cache, key) -> cache.get(null)),
        one("invoke null", (cache, key) -> cache.invoke(key, null)));
  }

  private static List<Operation> processors() {
    return List.of(
        invoke("nothing", (entry, arguments) -> "done"),
        invoke("key", (entry, arguments) -> entry.getKey().length()),
        invoke("exists", (entry, arguments) -> entry.exists()),
        invoke("get", (entry, arguments) -> entry.getValue()),
        invoke("get twice", (entry, arguments) -> entry.getValue() + entry.getValue()),
        invoke("set", (entry, arguments) -> nothing(() -> entry.setValue(NEW))),
        invoke("set twice", (entry, arguments) -> set(entry::setValue, "first", NEW)),
        invoke("set null", (entry, arguments) -> nothing(() -> entry.setValue(null))),
        invoke("remove", (entry, arguments) -> nothing(entry::remove)),
        invoke(
            "get, set",
            (entry, arguments) -> {
              String before = entry.getValue();
              entry.setValue(NEW);
              return before;
            }),
        invoke(
            "get, remove",
            (entry, arguments) -> {
              String before = entry.getValue();
              entry.remove();
              return before;
            }),
        invoke(
            "exists, set",
            (entry, arguments) -> {
              boolean before = entry.exists();
              entry.setValue(NEW);
              return before;
            }),
        invoke(
            "set, get",
            (entry, arguments) -> {
              entry.setValue(NEW);
              return entry.getValue();
            }),
        invoke(
            "set, remove",
            (entry, arguments) -> {
              entry.setValue(NEW);
              entry.remove();
              return entry.exists();
            }),
        invoke(
            "remove, set",
            (entry, arguments) -> {
              entry.remove();
              entry.setValue(NEW);
              return entry.exists();
            }),
        invoke(
            "remove, get",
            (entry, arguments) -> {
              entry.remove();
              return entry.getValue();
            }),
        invoke("fail", (entry, arguments) -> fail()),
        invoke(
            "set, fail",
            (entry, arguments) -> {
              entry.setValue(NEW);
              return fail();
            }));
  }

  private static List<Operation> bulk() {
    return List.of(
        many("getAll", (cache, keys) -> new TreeMap<>(cache.getAll(set(keys)))),
        many("putAll", (cache, keys) -> nothing(() -> cache.putAll(map(keys)))),
        many("removeAll", (cache, keys) -> nothing(() -> cache.removeAll(set(keys)))),
        many("loadAll", (cache, keys) -> load(cache, keys, /* replace= */ false)),
        many("loadAll replacing", (cache, keys) -> load(cache, keys, /* replace= */ true)),
        many(
            "invokeAll",
            (cache, keys) -> {
              Map<String, Object> results = new TreeMap<>();
              cache
                  .invokeAll(
                      set(keys),
                      (entry, arguments) -> {
                        String before = entry.getValue();
                        entry.setValue(NEW);
                        return before;
                      })
                  .forEach((key, result) -> results.put(key, ParityRun.describe(result::get)));
              return results;
            }));
  }

  private static Object nothing(Runnable call) {
    call.run();
    return null;
  }

  private static Object set(java.util.function.Consumer<String> setter, String... values) {
    for (String value : values) {
      setter.accept(value);
    }
    return null;
  }

  private static Object fail() {
    throw new UnsupportedOperationException("the processor fails");
  }

  private static Set<String> set(List<String> keys) {
    return new LinkedHashSet<>(keys);
  }

  private static Map<String, String> map(List<String> keys) {
    Map<String, String> map = new LinkedHashMap<>();
    keys.forEach(key -> map.put(key, NEW));
    return map;
  }

  private static Object load(Cache<String, String> cache, List<String> keys, boolean replace)
      throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(set(keys), replace, done);
    return done.get();
  }
}
