package dev.corral.jcache.tck;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Starts the server of this JVM before the first test. The server stops when the JVM exits. */
public final class ServerSession implements LauncherSessionListener {

  private static boolean started;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    startOnce();
  }

  private static synchronized void startOnce() {
    if (started) {
      return;
    }
    started = true;
    TckServer.ofThisJvm()
        .filter(server -> server.reasonToSkip().isEmpty())
        .flatMap(TckServer::start)
        .ifPresent(uri -> System.setProperty("corral.redis.uri", uri));
  }
}
