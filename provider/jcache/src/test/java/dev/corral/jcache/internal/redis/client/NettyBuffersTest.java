package dev.corral.jcache.internal.redis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;

/** What connections are told, and what the Netty of an application is not. */
class NettyBuffersTest {

  @Test
  void bootstrap_ofAConnection_takesPooledBuffers() {
    Bootstrap bootstrap = new Bootstrap();
    NettyBuffers.INSTANCE.afterBoostrapInitialization(bootstrap);
    assertThat(bootstrap.config().options())
        .containsEntry(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
  }

  /** The drop-in jar is another matter; see DropInJarIT. */
  @Test
  void leakDetection_ofAnApplicationsNetty_staysAsItIs() {
    ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    NettyBuffers.INSTANCE.afterBoostrapInitialization(new Bootstrap());
    assertThat(ResourceLeakDetector.getLevel())
        .isEqualTo(before)
        .isNotEqualTo(ResourceLeakDetector.Level.DISABLED);
  }
}
