--[[
  Adds reads to the list of the hottest keys, and reads it. A score is the time at which the weight
  of the key's reads will be 1, in seconds: so the order stays right while all counts decay, and no
  other key has to be changed.

  KEYS    hot keys
  ARGV    half-life in s; how many keys the list may have; how many to return; then keys and counts
  Result  how many keys the list had; then the hottest keys, each followed by its count
]]
local list = KEYS[1]
local halfLife, limit, top = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local seconds = nowMicros / 1000000
local SHORTEST_LIFE = 7 * 24 * 3600

-- A clock that was set back must not make a count infinite.
local function countOf(score)
  return math.min(2 ^ ((tonumber(score) - seconds) / halfLife), 1e15)
end

local size = redis.pcall('ZCOUNT', list, '-inf', '+inf')
if type(size) ~= 'number' then
  redis.call('UNLINK', list)
  size = 0
end
for i = 4, #ARGV, 2 do
  local score = redis.call('ZSCORE', list, ARGV[i])
  local count = tonumber(ARGV[i + 1]) + (score and countOf(score) or 0)
  local new = seconds + halfLife * math.log(count) / math.log(2)
  redis.call('ZADD', list, string.format('%.6f', new), ARGV[i])
end
if #ARGV > 3 then
  local excess = redis.call('ZCOUNT', list, '-inf', '+inf') - limit
  for first = 1, excess, 1000 do
    local last = math.min(1000, excess - first + 1) - 1
    redis.call('ZREM', list, unpack(redis.call('ZRANGE', list, 0, last)))
  end
  redis.call('PEXPIRE', list, 1000 * math.max(SHORTEST_LIFE, 20 * halfLife))
end
local result = {tostring(size)}
if top > 0 then
  local found = redis.call('ZRANGE', list, 0, top - 1, 'REV', 'WITHSCORES')
  for i = 1, #found, 2 do
    result[#result + 1] = found[i]
    result[#result + 1] = string.format('%.3f', countOf(found[i + 1]))
  end
end
return result
