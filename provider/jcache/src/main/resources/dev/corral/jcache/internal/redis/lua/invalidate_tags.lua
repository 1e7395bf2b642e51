--[[
  Invalidates tags in one bucket: their entries are absent from now on, and what a running load
  stores, too. A removal comes first, so that a full Redis accepts the rest, too.

  KEYS    tagged, tags, subscriptions, sequence of invalidations
  ARGV    how many tags are remembered; then the tags
  Result  1
]]
useTags(KEYS[1], KEYS[2])
local limit = tonumber(ARGV[1])
local PAGE = math.max(2, math.min(1000, math.ceil(limit / 10))) -- OTHERS and a tag

-- Drops the oldest tags; the newest of them is for all.
local function drop(number)
  local oldest = redis.call('ZRANGE', tags, 0, number - 1, 'WITHSCORES')
  local members = {}
  for i = 1, #oldest, 2 do members[#members + 1] = oldest[i] end
  redis.call('ZREM', tags, unpack(members))
  redis.call('ZADD', tags, oldest[#oldest], OTHERS)
end

local number = math.max(lastInvalidation() + 1, nowMicros)
redis.call('ZREM', tags, ARGV[2])
for i = 2, #ARGV do
  redis.call('ZADD', tags, decimal(number), ARGV[i])
end
redis.call('SET', tagged, decimal(number))
while redis.call('ZCOUNT', tags, '-inf', '+inf') > limit do drop(PAGE) end
readNearSubscriptions(KEYS[3])
if nearSubscribed then publishInvalidation(KEYS[4], true) end
return 1
