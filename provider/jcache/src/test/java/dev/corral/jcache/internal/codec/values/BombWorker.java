package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Decodes all {@link Bombs} one after another, and prints what each took. */
final class BombWorker {

  private static final long MAX_MILLIS = 6_000;
  private static final long MIB = 1 << 20;

  private BombWorker() {}

  public static void main(String[] arguments) throws InterruptedException {
    CompressingCodec codec = Bombs.codec();
    for (Map.Entry<String, byte[]> bomb : Bombs.all().entrySet()) {
      decode(codec, bomb.getKey(), bomb.getValue());
    }
    System.out.println("END");
    System.exit(0);
  }

  private static void decode(CompressingCodec codec, String name, byte[] bytes)
      throws InterruptedException {
    AtomicReference<String> result = new AtomicReference<>("does not end");
    System.gc();
    List<MemoryPoolMXBean> pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    long before = pools.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
    pools.forEach(MemoryPoolMXBean::resetPeakUsage);
    long start = System.nanoTime();
    Thread thread = new Thread(() -> result.set(resultOf(codec, bytes)));
    thread.setDaemon(true);
    thread.start();
    thread.join(MAX_MILLIS);
    long millis = (System.nanoTime() - start) / 1_000_000;
    long peak = pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    System.out.printf(
        "BOMB %s; %d; %d; %d; %s%n",
        name, bytes.length, Math.max(0, peak - before) / MIB, millis, result.get());
  }

  private static String resultOf(CompressingCodec codec, byte[] bytes) {
    try {
      return "a value of " + codec.decode(bytes, 0).getClass();
    } catch (UndecodableValueException e) {
      return "a miss";
    } catch (Throwable e) {
      return e.toString().lines().findFirst().orElse("");
    }
  }
}
