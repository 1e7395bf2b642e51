package dev.corral.jcache.tck;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.PostDiscoveryFilter;

/** Leaves the TCK out where its server is missing; {@link TckResultIT} then says so. */
public final class ServerFilter implements PostDiscoveryFilter {

  @Override
  public FilterResult apply(TestDescriptor test) {
    return TckServer.ofThisJvm()
        .flatMap(TckServer::whyNot)
        .map(FilterResult::excluded)
        .orElseGet(() -> FilterResult.included("there is a server"));
  }
}
