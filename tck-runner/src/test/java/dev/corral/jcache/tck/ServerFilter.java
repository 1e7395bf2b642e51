package dev.corral.jcache.tck;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.PostDiscoveryFilter;

/** Excludes the TCK if its server is missing; {@link TckResultIT} then reports this. */
public final class ServerFilter implements PostDiscoveryFilter {

  @Override
  public FilterResult apply(TestDescriptor test) {
    return TckServer.ofThisJvm()
        .flatMap(TckServer::reasonToSkip)
        .map(FilterResult::excluded)
        .orElseGet(() -> FilterResult.included("the server is available"));
  }
}
