package dev.corral.spring.boot;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The service connections of Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
    name = "org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails")
class Boot4ServiceConnection {

  @Bean
  ServiceConnection corralServiceConnection(ObjectProvider<DataRedisConnectionDetails> details) {
    return () -> {
      DataRedisConnectionDetails found = details.getIfUnique();
      return found == null || ServiceConnections.isOfProperties(found) ? null : address(found);
    };
  }

  private static @Nullable RedisAddress address(DataRedisConnectionDetails details) {
    DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
    String uri = uri(details);
    return uri == null
        ? null
        : new RedisAddress(
            uri,
            details.getUsername(),
            details.getPassword(),
            sentinel == null ? null : sentinel.getUsername(),
            sentinel == null ? null : sentinel.getPassword());
  }

  private static @Nullable String uri(DataRedisConnectionDetails details) {
    DataRedisConnectionDetails.Standalone single = details.getStandalone();
    DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
    DataRedisConnectionDetails.Cluster cluster = details.getCluster();
    boolean tls = details.getSslBundle() != null;
    if (sentinel != null) {
      return RedisAddress.sentinel(
          tls, sentinel.getMaster(), texts(sentinel.getNodes()), sentinel.getDatabase());
    }
    if (cluster != null) {
      return RedisAddress.cluster(tls, texts(cluster.getNodes()));
    }
    return single == null
        ? null
        : RedisAddress.single(tls, single.getHost(), single.getPort(), single.getDatabase());
  }

  private static List<String> texts(List<Node> nodes) {
    return nodes.stream().map(it -> it.host() + ":" + it.port()).collect(Collectors.toList());
  }
}
