import { firstLanguage } from '../ui/language.js'
import { show } from '../ui/show.js'
import { Shop } from './shop.js'

show(<Shop />, firstLanguage())
