import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

const site = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const docs = resolve(site, '..')

// docs/README.md is the map of all pages: each heading is a group, each item a page.
function sidebar() {
  const groups = []
  for (const line of readFileSync(resolve(docs, 'README.md'), 'utf8').split('\n')) {
    const heading = /^## (.+)$/.exec(line)
    const item = /^- \[([^\]]+)\]\(([^):#]+)\)/.exec(line)
    if (heading) {
      groups.push({ text: heading[1], collapsed: false, items: [] })
    } else if (item) {
      const link = item[2].endsWith('.md') ? item[2].replace(/\.md$/, '') : `${item[2]}/`
      groups.at(-1).items.push({ text: item[1], link: `/${link}` })
    }
  }
  return groups.filter((it) => it.items.length > 0)
}

// The pages are written for the repository. Here a README is an index, a folder has an index, and
// files outside docs are not part of the site: their links become plain text.
function repositoryLinks(markdown) {
  const closing = []
  markdown.core.ruler.push('repository-links', (state) => {
    for (const block of state.tokens) {
      for (const token of block.children ?? []) {
        if (token.type === 'link_open') {
          const target = token.attrGet('href')
          const page = resolve(docs, dirname(state.env.relativePath ?? ''), target.split('#')[0])
          const inside = !relative(docs, page).startsWith('..')
          if (/^[a-z]+:/.test(target) || target.startsWith('#')) {
            closing.push('a')
          } else if (!inside) {
            token.tag = 'span'
            token.attrs = [['class', 'file'], ['title', relative(resolve(docs, '..'), page)]]
            closing.push('span')
          } else {
            token.attrSet('href', toSite(target))
            closing.push('a')
          }
        } else if (token.type === 'link_close') {
          token.tag = closing.pop()
        }
      }
    }
  })
}

function toSite(target) {
  const [path, anchor] = target.split('#')
  const page = path.replace(/README\.md$/, 'index.md')
  const folder = /(^|\/)[\w-]+$/.test(page) ? `${page}/` : page
  return anchor === undefined ? folder : `${folder}#${anchor}`
}

// Diagrams are drawn in the browser.
function mermaid(markdown) {
  const fence = markdown.renderer.rules.fence
  markdown.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === 'mermaid'
      ? `<Mermaid code="${encodeURIComponent(tokens[index].content)}" />`
      : fence(tokens, index, ...rest)
}

// The anchors that GitHub makes of headings, as the links in the pages use them.
function slug(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-')
}

export default defineConfig({
  title: 'Corral',
  description: 'A JCache (JSR-107) provider over Redis and Valkey',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  base: process.env.CORRAL_DOCS_BASE ?? '/',
  srcDir: '..',
  srcExclude: ['site/**'],
  rewrites: { 'README.md': 'index.md', 'decisions/README.md': 'decisions/index.md' },
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    anchor: { slugify: slug },
    languageAlias: { hocon: 'properties', conf: 'properties' },
    config(markdown) {
      mermaid(markdown)
      repositoryLinks(markdown)
    },
  },
  vite: {
    plugins: [
      {
        // The pages are outside this folder, so they would not find its modules.
        name: 'modules-of-pages',
        enforce: 'pre',
        resolveId(source, importer, options) {
          return /^vue(\/|$)/.test(source) && importer && !importer.includes('node_modules')
            ? this.resolve(source, resolve(site, 'package.json'), { ...options, skipSelf: true })
            : undefined
        },
      },
    ],
    publicDir: false,
    build: { chunkSizeWarningLimit: 4000 },
    server: { fs: { allow: [docs] } },
  },
  themeConfig: {
    search: { provider: 'local', options: { detailedView: true } },
    sidebar: sidebar(),
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
    ],
    outline: [2, 3],
    docFooter: { prev: 'Previous', next: 'Next' },
  },
})
