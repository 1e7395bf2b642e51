package dev.corral.spring.boot;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails;
import org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails.Node;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The service connections of Spring Boot 3. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
    name = "org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails")
class Boot3ServiceConnection {

  @Bean
  ServiceConnection corralServiceConnection(ObjectProvider<RedisConnectionDetails> details) {
    return () -> {
      RedisConnectionDetails found = details.getIfUnique();
      return found == null || ServiceConnections.isOfProperties(found) ? null : address(found);
    };
  }

  private static @Nullable RedisAddress address(RedisConnectionDetails details) {
    RedisConnectionDetails.Sentinel sentinel = details.getSentinel();
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

  private static @Nullable String uri(RedisConnectionDetails details) {
    RedisConnectionDetails.Standalone single = details.getStandalone();
    RedisConnectionDetails.Sentinel sentinel = details.getSentinel();
    RedisConnectionDetails.Cluster cluster = details.getCluster();
    if (sentinel != null) {
      return RedisAddress.sentinel(
          sentinel.getSslBundle() != null,
          sentinel.getMaster(),
          texts(sentinel.getNodes()),
          sentinel.getDatabase());
    }
    if (cluster != null) {
      return RedisAddress.cluster(cluster.getSslBundle() != null, texts(cluster.getNodes()));
    }
    return single == null
        ? null
        : RedisAddress.single(
            single.getSslBundle() != null,
            single.getHost(),
            single.getPort(),
            single.getDatabase());
  }

  private static List<String> texts(List<Node> nodes) {
    return nodes.stream().map(it -> it.host() + ":" + it.port()).collect(Collectors.toList());
  }
}
