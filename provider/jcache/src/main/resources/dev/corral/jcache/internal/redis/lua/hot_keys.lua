--[[
  Adds reads to the list of the hottest keys, and reads it. A score is the time at which the weight
  of the key's reads will be 1, in seconds: so the order stays right while all counts decay, and no
  other key has to be changed. A key leaves the list when its weight is below 1/128.

  The list has an id. If Redis has lost one of the two, the next addition begins another list, and
  each JVM that finds another id adds again what it has counted.

  KEYS    hot keys; their id
  ARGV    half-life in s; how many keys the list may have; how many to return; the id of a new list;
          then keys and counts
  Result  the id of the list, or '' if there is none; then the hottest keys, each followed by its
          count
]]
local list, idKey = KEYS[1], KEYS[2]
local halfLife, limit, top = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local seconds = nowMicros / 1000000
local SHORTEST_LIFE = 7 * 24 * 3600
local PAGE = 1000

-- A clock that was set back, or another half-life, must not keep a key in the list.
local latest = seconds + 40 * halfLife

local function countOf(score)
  return 2 ^ ((math.min(tonumber(score), latest) - seconds) / halfLife)
end

local function remove(members)
  if #members > 0 then redis.call('ZREM', list, unpack(members)) end
  return #members
end

local function removeCold()
  local oldest = string.format('%.6f', seconds - 7 * halfLife)
  repeat
    local cold = redis.call('ZRANGEBYSCORE', list, '-inf', '(' .. oldest, 'LIMIT', 0, PAGE)
  until remove(cold) < PAGE
end

local size = redis.pcall('ZCOUNT', list, '-inf', '+inf')
local id = redis.pcall('GET', idKey)
if type(size) ~= 'number' then
  redis.call('UNLINK', list)
  size = 0
end
if size == 0 or type(id) ~= 'string' then
  id = ''
end
if id == '' and #ARGV > 4 then
  redis.call('UNLINK', list)
  id = ARGV[4]
  redis.call('SET', idKey, id)
end
for i = 5, #ARGV, 2 do
  local score = redis.call('ZSCORE', list, ARGV[i])
  local count = tonumber(ARGV[i + 1]) + (score and countOf(score) or 0)
  local new = math.min(seconds + halfLife * math.log(count) / math.log(2), latest)
  redis.call('ZADD', list, string.format('%.6f', new), ARGV[i])
end
if id ~= '' and top == 0 then
  local bound = string.format('%.6f', latest)
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', list, '(' .. bound, '+inf')) do
    redis.call('ZADD', list, bound, key)
  end
  removeCold()
  local excess = redis.call('ZCOUNT', list, '-inf', '+inf') - limit
  for first = 1, excess, PAGE do
    local last = math.min(PAGE, excess - first + 1) - 1
    remove(redis.call('ZRANGE', list, 0, last))
  end
end
if #ARGV > 4 then
  local life = 1000 * math.max(SHORTEST_LIFE, 20 * halfLife)
  redis.call('PEXPIRE', list, life)
  redis.call('PEXPIRE', idKey, life)
end
local result = {id}
if top > 0 and id ~= '' then
  local found = redis.call('ZRANGE', list, 0, top - 1, 'REV', 'WITHSCORES')
  for i = 1, #found, 2 do
    result[#result + 1] = found[i]
    result[#result + 1] = string.format('%.3f', countOf(found[i + 1]))
  end
end
return result
