/**
 * A bookshop whose processes share one database and, through Corral, one second-level cache.
 *
 * <p>{@link dev.corral.examples.hibernate.Demonstration} shows it: it starts a database, a Redis,
 * and two processes of {@link dev.corral.examples.hibernate.Application}. The entities come with
 * every kind of key and value that Hibernate puts into a cache. What makes Corral the cache stands
 * in {@code hibernate.properties} and {@code corral.conf}.
 */
package dev.corral.examples.hibernate;
