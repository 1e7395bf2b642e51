import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.spi.CorralCachingProvider;
import javax.cache.spi.CachingProvider;

/**
 * Corral without its libraries, which are modules of their own.
 *
 * <p>The modules that are {@code static} are optional: Jackson for the value codec {@code json}, and
 * the embedded server.
 */
module dev.corral.jcache {
  requires transitive cache.api;
  requires transitive redisson;
  requires com.esotericsoftware.kryo.kryo5;
  requires com.github.benmanes.caffeine;
  requires dev.failsafe.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires java.management;
  requires java.sql;
  requires jdk.unsupported;
  requires org.slf4j;
  requires typesafe.config;
  // Redisson is an automatic module, which cannot require what it needs itself.
  requires io.netty.resolver.dns;
  requires org.yaml.snakeyaml;
  requires static com.fasterxml.jackson.core;
  requires static com.fasterxml.jackson.databind;
  requires static embedded.redis;

  exports dev.corral.jcache;
  exports dev.corral.jcache.codec;
  exports dev.corral.jcache.spi;

  uses KeyCodec;

  provides CachingProvider with
      CorralCachingProvider;
}
