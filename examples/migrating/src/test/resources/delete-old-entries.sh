# tag::redisson
redis-cli UNLINK books 'jcache_timeout_set:{books}'
# end::redisson
# tag::spring
redis-cli --scan --pattern 'shop:books::*' | xargs -r -n 500 redis-cli UNLINK
# end::spring
