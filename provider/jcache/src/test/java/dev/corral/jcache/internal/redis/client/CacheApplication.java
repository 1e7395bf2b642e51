package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.embedded.EmbeddedRedis;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RBucket;

/** An application that opens a client and ends without closing it. */
final class CacheApplication {

  private CacheApplication() {}

  /** Ends in the way that the argument names. */
  public static void main(String[] arguments) throws InterruptedException {
    SharedRedis redis = SharedRedis.open(RedisUnderTest.settings());
    long server = EmbeddedRedis.share(RedisUnderTest.program()).process().pid();
    RBucket<byte[]> bucket = redis.client().getBucket("greeting");
    bucket.set(new byte[] {1});
    System.out.println("server " + server);
    switch (arguments[0]) {
      case "return" -> {}
      case "worker" -> new Thread(() -> relay(bucket, 3), "worker").start();
      case "wait" -> TimeUnit.MINUTES.sleep(2);
      case "exit" -> System.exit(3);
      case "fail" -> throw new IllegalStateException("main fails");
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Reads for half a second, starts the next thread, and ends. */
  private static void relay(RBucket<byte[]> bucket, int more) {
    for (int i = 0; i < 5; i++) {
      sleep(100);
      System.out.println("read " + bucket.get().length);
    }
    if (more > 1) {
      new Thread(() -> relay(bucket, more - 1), "worker").start();
    } else {
      System.out.println("finished");
    }
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
