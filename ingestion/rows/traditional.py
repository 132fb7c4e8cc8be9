"""Traditional Chinese characters as simplified ones, for comparing words; nothing is ever stored so.

Only the characters that occur in the words of HR systems: 員工編號 is 员工编号.
"""

from __future__ import annotations

_TRADITIONAL = (
    "員編號職離時間個評測試題問應徵選錄續單門組織級務經驗學歷曆電話郵機聯繫係簡據資稱態狀類備註記釋審簽標開關閉發"
    "佈啟動執請況進過還來從達運適約給統維網線緒績總結絕終細處費質財責負輪載輸轉較辦辭區協參雙變團國圖報場壓實寫"
    "將專對導層屬崗幣師帶後擬擇擔敗數斷舊書會條業極構樣檔檢權歲殘決沒準滿為無營獎現環產畢異當監盤確碼禮種積穩範"
    "籌籤紀納練聲聽臨與舉藝術補製複復見規視覺觀計訂討訓託訪設許訴診詞詢該詳認語說課調談論證識議護讀讓車遞遲邊"
    "醫針錯鍵鎖鐘長閱陸階際隊隨難雜響頁項順預領頻願顯風養體點齡併並傳僅價儀優儲內兩凍創則劃勞勵勝勢匯萬億塊鐵"
)
_SIMPLIFIED = (
    "员编号职离时间个评测试题问应征选录续单门组织级务经验学历历电话邮机联系系简据资称态状类备注记释审签标开关闭发"
    "布启动执请况进过还来从达运适约给统维网线绪绩总结绝终细处费质财责负轮载输转较办辞区协参双变团国图报场压实写"
    "将专对导层属岗币师带后拟择担败数断旧书会条业极构样档检权岁残决没准满为无营奖现环产毕异当监盘确码礼种积稳范"
    "筹签纪纳练声听临与举艺术补制复复见规视觉观计订讨训托访设许诉诊词询该详认语说课调谈论证识议护读让车递迟边"
    "医针错键锁钟长阅陆阶际队随难杂响页项顺预领频愿显风养体点龄并并传仅价仪优储内两冻创则划劳励胜势汇万亿块铁"
)
_TABLE = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))


def simplified(text: str) -> str:
    """`text` with its traditional characters as simplified ones."""
    return text if text.isascii() else text.translate(_TABLE)
