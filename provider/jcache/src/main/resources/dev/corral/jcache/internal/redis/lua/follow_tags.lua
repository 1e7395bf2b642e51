--[[
  The tags of a bucket that were invalidated after a number, for a JVM that knows the earlier ones.
  If Redis has no invalidation with such a number, it has lost some, for example in a failover. The
  JVM counts their tags as invalidated for ever, so that all JVMs have to count all tags as such.

  KEYS    tagged, tags
  ARGV    the number
  Result  the number of the last invalidation; then each tag and its number
]]
useTags(KEYS[1], KEYS[2])
if lastInvalidation() < tonumber(ARGV[1]) then beginAnew(tonumber(ARGV[1])) end
local result = {decimal(lastInvalidation())}
local newer = redis.call('ZRANGEBYSCORE', tags, '(' .. ARGV[1], '+inf', 'WITHSCORES')
for i = 1, #newer, 2 do
  result[#result + 1], result[#result + 2] = newer[i], decimal(tonumber(newer[i + 1]))
end
return result
