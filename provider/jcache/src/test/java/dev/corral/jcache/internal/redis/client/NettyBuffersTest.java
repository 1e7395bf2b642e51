package dev.corral.jcache.internal.redis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;

/** The options of connections, and that the settings of an application's Netty do not change. */
class NettyBuffersTest {

  @Test
  void bootstrap_ofAConnection_hasThePooledAllocator() {
    Bootstrap bootstrap = new Bootstrap();
    NettyBuffers.INSTANCE.afterBoostrapInitialization(bootstrap);
    assertThat(bootstrap.config().options())
        .containsEntry(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
  }

  /** DropInJarIT tests the relocated Netty of the drop-in jar. */
  @Test
  void leakDetection_ofAnApplicationsNetty_isNotChanged() {
    ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    NettyBuffers.INSTANCE.afterBoostrapInitialization(new Bootstrap());
    assertThat(ResourceLeakDetector.getLevel())
        .isEqualTo(before)
        .isNotEqualTo(ResourceLeakDetector.Level.DISABLED);
  }
}
