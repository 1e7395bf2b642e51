package dev.corral.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.Test;

/** How an application gets the address of its embedded server. */
class EmbeddedServerTest {

  @Test
  void unwrap_managerWithACache_returnsARunningServer() throws IOException {
    try (CachingProvider provider = new CorralCachingProvider();
        CacheManager manager = provider.getCacheManager(URI.create("embedded:/"), null)) {
      manager.createCache("unwrap", new MutableConfiguration<String, String>());

      EmbeddedServer server = manager.unwrap(EmbeddedServer.class);

      assertThat(server.uri()).contains(server.password());
      assertThat(server.toString()).doesNotContain(server.password());
      try (Socket socket = new Socket(server.host(), server.port())) {
        assertThat(socket.isConnected()).isTrue();
      }
    }
  }

  @Test
  void unwrap_managerWithoutACache_isRefused() {
    try (CachingProvider provider = new CorralCachingProvider();
        CacheManager manager = provider.getCacheManager(URI.create("embedded:/"), null)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> manager.unwrap(EmbeddedServer.class))
          .withMessageContaining("embedded server");
    }
  }
}
