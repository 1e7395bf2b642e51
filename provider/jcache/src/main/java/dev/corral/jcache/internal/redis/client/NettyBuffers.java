package dev.corral.jcache.internal.redis.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.ResourceLeakDetector;
import org.redisson.client.NettyHook;
import org.redisson.client.handler.ErrorsLoggingHandler;

/**
 * Sets up connections: they report errors by {@link ConnectionErrors}, and allocate their buffers
 * from Netty's pooled allocator. The default, the adaptive allocator, creates two objects for each
 * array that is copied into a buffer, and Redisson copies each parameter of a command
 * (docs/decisions/0016).
 *
 * <p>The drop-in jar contains its own Netty, which only Redisson uses. There, Netty's leak
 * detection is off unless a system property sets its level: it would record a stack trace for one
 * buffer in 128, and could only find leaks of Redisson. The settings of an application's Netty are
 * not changed.
 */
enum NettyBuffers implements NettyHook {
  INSTANCE;

  /** In the drop-in jar, the build relocates this name with Netty's packages. */
  private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

  private static final String CORRAL_PACKAGES = "dev.corral.jcache.";

  NettyBuffers() {
    boolean isRelocated = ResourceLeakDetector.class.getName().startsWith(CORRAL_PACKAGES);
    if (isRelocated && System.getProperty(LEAK_DETECTION) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  @Override
  public void afterBoostrapInitialization(Bootstrap bootstrap) {
    bootstrap.option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
  }

  /** Replaces the handler that logs all errors of the connection. */
  @Override
  public void afterChannelInitialization(Channel channel) {
    if (channel.pipeline().get(ErrorsLoggingHandler.class) != null) {
      channel
          .pipeline()
          .replace(ErrorsLoggingHandler.class, "corral-errors", new ConnectionErrors());
    }
  }
}
