/**
 * Characters that the table of UTS #39 lacks, and what they look like or are built of, as
 * `character=like`, in hexadecimal: 82 of the clearest pairs, put together by this project from what the
 * fonts of common terminals draw alike. Vowels and their parts; Arabic, Burmese, Thai and Khmer letters;
 * Cyrillic ones with a hook or a descender; Kana, Bopomofo and Han. It is not complete, and does not
 * have letters that their readers tell apart, such as \u0448 and \u0449.
 */
export const MORE_CONFUSABLES = `
94b=93e+947 94c=93e+948 94a=93e+946 acb=abe+ac7 acc=abe+ac8 ac9=abe+ac5 d86=d85+dcf d87=d85+dd0
d88=d85+dd0 dd1=dd0 17c4=17c1+17b6 17be=17c1+17b8 e36=e34+e4d eb6=eb4+ecd ec1=ec0+ec0
d31+d4d+d31=d31+d31 9ce=9a4+9cd 1009=100a 1025=100a e05=e04 17b2=17b1 620=64a 6d0=64a 6cd=64a
6a7=642 672=627 673=627 6a3=641 6a2=641 4c4=43a 4b7=447 4b9=447 4cc=447 4b3=445 491=433 4f7=433
48f=440 52f=43b 525=43f 308a=30ea 30c1=5343 30aa=624d 30e0=53b6 30e1=4e42 311a=4e2b 3112=4e05
3119=53b6 3129=51f5 3127=4e00 310f=5382 3120=5e7a 3107=5182 3108=531a 3105=52f9 3109=5200
310c=529b 3114=5f73 3115=5c38 3116=65e5 3117=5369 3121=53c8 3128=4e42 3110=4e29 310e=4e02
3106=6535 3124=5c22 311f=4e41 3111=304f 66f0=65e5 672b=672a 5df2=5df1 5df3=5df1 6237=6236
5167=5185 9751=9752 9ec3=9ec4 5434=5433 5449=5433 771e=771f 8aaa=8aac 9ad9=9ad8 5165=4eba
`;
