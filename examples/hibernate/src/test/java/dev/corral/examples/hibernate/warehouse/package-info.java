/** What Hibernate does with values that cannot be cached, with native queries, and in an outage. */
package dev.corral.examples.hibernate.warehouse;
