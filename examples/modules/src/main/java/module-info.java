/** A modular application: it requires Corral, and exports the package of its values. */
module dev.corral.examples.modules {
  requires dev.corral.jcache; // and by it, the API: cache.api
  requires java.management;
  requires static org.jspecify;

  exports dev.corral.examples.modules.model;
}
