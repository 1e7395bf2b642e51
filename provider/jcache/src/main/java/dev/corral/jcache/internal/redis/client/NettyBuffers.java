package dev.corral.jcache.internal.redis.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.ResourceLeakDetector;
import org.redisson.client.NettyHook;

/**
 * Where connections take their buffers from: Netty's pooled allocator. Its default, the adaptive
 * one, makes two objects for each array that is copied into a buffer, and Redisson copies each
 * parameter of a command (docs/decisions/0016).
 *
 * <p>The drop-in jar has a Netty of its own, in which nobody but Redisson takes buffers. There one
 * in 128 need not be marked with a stack trace to find leaks of the application, unless a system
 * property asks for it. The Netty of an application stays as it is.
 */
enum NettyBuffers implements NettyHook {
  INSTANCE;

  /** In the drop-in jar it has another beginning, as all names of Netty's have. */
  private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

  private static final String OUR_PACKAGES = "dev.corral.jcache.";

  NettyBuffers() {
    boolean isOurNetty = ResourceLeakDetector.class.getName().startsWith(OUR_PACKAGES);
    if (isOurNetty && System.getProperty(LEAK_DETECTION) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  @Override
  public void afterBoostrapInitialization(Bootstrap bootstrap) {
    bootstrap.option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
  }

  @Override
  public void afterChannelInitialization(Channel channel) {
    // the option of the bootstrap is enough
  }
}
