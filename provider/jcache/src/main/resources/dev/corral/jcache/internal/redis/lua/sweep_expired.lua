--[[
  Tells the listeners of up to so many entries that expired, each once in the cluster, and forgets them.

  KEYS    generation, interests, deadlines, shadows
  ARGV    channel, node, entry prefix (the hash tag and the colon), limit
  Result  how many were looked at
]]
local channel, node, prefix, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local generation, interests = currentGeneration(KEYS[1]), interestsOf(KEYS[2])
local deadlines, shadows = KEYS[3], KEYS[4]

local due = redis.call('ZRANGEBYSCORE', deadlines, '-inf', decimal(now), 'LIMIT', 0, limit)
for _, key in ipairs(due) do
  local header = redis.call('GETRANGE', prefix .. key, 0, HEADER_LENGTH - 1)
  local value = takeExpired(deadlines, shadows, key)
  if value and interests.expired and stateOf(header, generation) ~= LIVE then
    publish(channel, 'expired', node, 0, key, nil, value)
  end
end
return #due
