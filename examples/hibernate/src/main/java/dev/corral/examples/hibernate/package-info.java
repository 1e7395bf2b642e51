/**
 * A bookshop whose processes share one database and, through Corral, one second-level cache.
 *
 * <p>{@link dev.corral.examples.hibernate.Demonstration} starts a database, a Redis, and two
 * processes of {@link dev.corral.examples.hibernate.Application}. The entities cover every kind of
 * key and value that Hibernate stores in a cache. The files {@code hibernate.properties} and {@code
 * corral.conf} configure Corral as the cache.
 */
package dev.corral.examples.hibernate;
