import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.spi.CorralCachingProvider;
import javax.cache.spi.CachingProvider;

/**
 * Corral in the drop-in jar, which contains its libraries under other package names.
 *
 * <p>The modules that are {@code static} are optional: Jackson for the value codec {@code json}, the
 * embedded server, and of the JDK what a part of a library would use that Corral does not need.
 */
module dev.corral.jcache {
  requires transitive cache.api;
  requires java.management;
  requires java.naming;
  requires java.sql;
  requires jdk.unsupported;
  requires org.slf4j;
  requires static com.fasterxml.jackson.core;
  requires static com.fasterxml.jackson.databind;
  requires static embedded.redis;
  requires static java.desktop;
  requires static jdk.jfr;

  exports dev.corral.jcache;
  exports dev.corral.jcache.codec;
  exports dev.corral.jcache.spi;

  uses KeyCodec;

  provides CachingProvider with
      CorralCachingProvider;
}
