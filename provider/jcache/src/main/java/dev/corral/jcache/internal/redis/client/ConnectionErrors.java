package dev.corral.jcache.internal.redis.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the errors of a connection at DEBUG. Redisson's own handler logs each with its stack trace
 * at ERROR, several times a second while Redis refuses connections; Corral reports the cause once.
 */
final class ConnectionErrors extends ChannelInboundHandlerAdapter {

  private static final Logger log = LoggerFactory.getLogger(ConnectionErrors.class);

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("A connection to Redis failed: {}", context.channel(), cause);
  }
}
