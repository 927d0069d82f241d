import { firstLanguage } from '../ui/language.js'
import { show } from '../ui/show.js'
import { Shop } from './shop.js'
import { loadTexts } from './texts/load-texts.js'

const language = firstLanguage()

loadTexts(language).then(
  (texts) => show(<Shop language={language} texts={texts} />, language),
  () => show(<p role="alert">页面未能加载，请刷新。 The page could not be loaded. Load it again.</p>, language),
)
